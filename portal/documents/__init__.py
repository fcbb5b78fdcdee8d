"""The protocol register, documents and their files, sealed PDFs, verification."""
