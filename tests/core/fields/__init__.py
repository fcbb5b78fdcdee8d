"""Fields: what people type becomes an answer or a sentence that helps; what they typed always comes back."""
