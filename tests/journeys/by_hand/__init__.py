"""The journeys by hand: each as its people do it in a browser, by links and forms alone."""
