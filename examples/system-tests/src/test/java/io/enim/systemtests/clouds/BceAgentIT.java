package io.enim.systemtests.clouds;

import java.nio.file.Path;

class BceAgentIT extends CloudAgentLifecycle {
    @Override
    CloudBackend newCloud(Path directory) {
        return new EmulatedCloudBackend.Bce();
    }

    @Override
    String provider() {
        return "bce";
    }
}
