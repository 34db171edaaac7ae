package io.enim.systemtests.clouds;

class AwsAgentIT extends CloudAgentLifecycle {
    AwsAgentIT() {
        super("aws", directory -> EmulatedCloudBackend.aws());
    }
}
