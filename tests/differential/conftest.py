"""As many examples as the laws have: ``HYPOTHESIS_PROFILE=long`` for the long run."""

from tests.properties import conftest as _profiles  # registers and loads the profiles

__all__ = ["_profiles"]
