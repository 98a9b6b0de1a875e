"""What all tests share. Each room's own builders stand in that room's folder."""

from hypothesis import settings

# Machines are shared: how long an example takes says more of the neighbours than of the code.
settings.register_profile("newskeep", deadline=None)
settings.load_profile("newskeep")
