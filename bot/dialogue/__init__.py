"""What is said: pure functions from replies to words, and every sentence in one file a language (words/)."""
