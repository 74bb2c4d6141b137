"""What analysts see: SQL of views and migrations, packaged with the code."""
