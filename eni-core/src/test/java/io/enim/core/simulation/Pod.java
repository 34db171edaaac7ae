package io.enim.core.simulation;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.EniWish;
import io.enim.HostLink;
import io.enim.LinkOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One life of a pod. */
final class Pod {
    private static final LinkOptions WITH_HOST_LINK = LinkOptions.DEFAULT.withHostLink(
            new HostLink(List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108")), List.of()));

    final Endpoint endpoint;
    final Path sandbox;
    boolean alive = true;
    boolean ending;
    /** Whether its ADDs name no sandbox. */
    boolean isPlain;
    /** Which ENI its ADDs ask for. */
    EniWish wish = EniWish.NONE;

    Pod(Endpoint endpoint, Path sandbox, boolean isPlain) {
        this.endpoint = endpoint;
        this.sandbox = sandbox;
        this.isPlain = isPlain;
    }

    AddRequest request(WhenEmpty whenEmpty, Duration timeout) {
        AddRequest.Builder request = AddRequest.forEndpoint(endpoint)
                .timeout(timeout)
                .whenEmpty(whenEmpty)
                .wish(wish);
        return (isPlain ? request : request.netns(sandbox).link(WITH_HOST_LINK)).build();
    }

    /** Where its device is after an ADD. */
    Path place() {
        return isPlain ? NodeOracle.HOST : sandbox;
    }
}
