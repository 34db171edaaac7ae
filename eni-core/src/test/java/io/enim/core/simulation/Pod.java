package io.enim.core.simulation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Endpoint;
import java.nio.file.Path;
import java.time.Duration;

/** One life of a pod. */
final class Pod {
    final Endpoint endpoint;
    final Path sandbox;
    boolean alive = true;
    boolean ending;
    /** Whether its ADDs name no sandbox. */
    boolean isPlain;

    Pod(Endpoint endpoint, Path sandbox, boolean isPlain) {
        this.endpoint = endpoint;
        this.sandbox = sandbox;
        this.isPlain = isPlain;
    }

    AddRequest request(WhenEmpty whenEmpty, Duration timeout) {
        AddRequest.Builder request =
                AddRequest.forEndpoint(endpoint).timeout(timeout).whenEmpty(whenEmpty);
        return (isPlain ? request : request.netns(sandbox)).build();
    }

    /** Where its device is after an ADD. */
    Path place() {
        return isPlain ? NodeOracle.HOST : sandbox;
    }
}
