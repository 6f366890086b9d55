"""The admin corner: native Qt, so that it is there when the page, the network or the configuration are not."""
