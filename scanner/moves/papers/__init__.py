"""The papers that go with what is sent back to vendors."""
