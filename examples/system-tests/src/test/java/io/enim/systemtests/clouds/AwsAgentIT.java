package io.enim.systemtests.clouds;

import java.nio.file.Path;

class AwsAgentIT extends CloudAgentLifecycle {
    @Override
    CloudBackend newCloud(Path directory) {
        return new EmulatedCloudBackend.Aws();
    }

    @Override
    String provider() {
        return "aws";
    }
}
