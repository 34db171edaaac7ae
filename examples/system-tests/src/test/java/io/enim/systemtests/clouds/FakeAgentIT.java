package io.enim.systemtests.clouds;

import java.nio.file.Path;

class FakeAgentIT extends CloudAgentLifecycle {
    @Override
    CloudBackend newCloud(Path directory) {
        return new FakeCloudBackend(directory);
    }

    @Override
    String provider() {
        return "fake";
    }
}
