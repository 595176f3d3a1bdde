"""The fixture `erasure`: a request that waits for its tasks."""

from tests.scenarios.customer_requests.registering import erasure as erasure
