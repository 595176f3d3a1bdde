"""Questions and their answers on the screen: for whoever asks, and for the privacy desk."""
