"""What spans features: home, my account, the staff desk, search, static pages, menus, sitemap."""
