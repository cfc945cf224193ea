"""One package a channel: decode, call `Talk` once, render."""
