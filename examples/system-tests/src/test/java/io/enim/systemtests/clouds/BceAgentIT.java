package io.enim.systemtests.clouds;

class BceAgentIT extends CloudAgentLifecycle {
    BceAgentIT() {
        super("bce", directory -> EmulatedCloudBackend.bce());
    }
}
