package io.enim.systemtests.clouds;

class FakeAgentIT extends CloudAgentLifecycle {
    FakeAgentIT() {
        super("fake", FakeCloudBackend::new);
    }
}
