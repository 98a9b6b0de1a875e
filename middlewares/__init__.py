"""What stands between a request and the network: addresses, robots.txt, manners."""
