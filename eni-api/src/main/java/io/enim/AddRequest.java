package io.enim;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint asks for.
 *
 * @param endpoint who asks
 * @param netns the endpoint's network namespace; empty means assignment only: the device is left where it is
 * @param routes routes beyond the default ones; a default route given here replaces ENIM's own of that family
 * @param timeout how long the caller waits; empty means the setting {@code enim.add.timeout}
 * @param whenEmpty what to do when no ENI is free
 */
public record AddRequest(
        Endpoint endpoint, Optional<Path> netns, List<Route> routes, Optional<Duration> timeout, WhenEmpty whenEmpty) {
    /** What to do when no ENI is free. */
    public enum WhenEmpty {
        /** Fail at once with {@link NoEniAvailableException}. */
        FAIL,
        /** Wait for one until the call's deadline. */
        WAIT
    }

    private static final int MAX_ROUTES = 256;

    public AddRequest {
        requireNonNull(endpoint, "endpoint");
        requireNonNull(netns, "netns");
        routes = List.copyOf(routes);
        requireNonNull(timeout, "timeout");
        requireNonNull(whenEmpty, "whenEmpty");
        netns.ifPresent(path -> {
            if (!path.isAbsolute()) {
                throw new InvalidRequestException("netns", path.toString(), "the path is absolute");
            }
        });
        if (routes.size() > MAX_ROUTES) {
            throw new InvalidRequestException("routes", routes.size() + " routes", "at most " + MAX_ROUTES);
        }
        timeout.ifPresent(time -> {
            if (time.isNegative() || time.isZero()) {
                throw new InvalidRequestException("timeout", time.toString(), "a deadline lies in the future");
            }
        });
    }

    /** Begins a request for this endpoint. */
    public static Builder forEndpoint(Endpoint endpoint) {
        return new Builder(endpoint);
    }

    /** Collects a request. Not thread-safe. */
    public static final class Builder {
        private final Endpoint endpoint;
        private final List<Route> routes = new ArrayList<>();
        private @Nullable Path netns;
        private @Nullable Duration timeout;
        private WhenEmpty whenEmpty = WhenEmpty.FAIL;

        private Builder(Endpoint endpoint) {
            this.endpoint = requireNonNull(endpoint, "endpoint");
        }

        /** The endpoint's network namespace; without it the device is left where it is. */
        public Builder netns(Path path) {
            this.netns = requireNonNull(path, "path");
            return this;
        }

        /** Adds a route. */
        public Builder route(Route route) {
            routes.add(requireNonNull(route, "route"));
            return this;
        }

        /** How long the caller waits. */
        public Builder timeout(Duration time) {
            this.timeout = requireNonNull(time, "time");
            return this;
        }

        /** What to do when no ENI is free; {@link WhenEmpty#FAIL} unless said. */
        public Builder whenEmpty(WhenEmpty choice) {
            this.whenEmpty = requireNonNull(choice, "choice");
            return this;
        }

        /** The request; later changes to this builder do not reach it. */
        public AddRequest build() {
            return new AddRequest(
                    endpoint, Optional.ofNullable(netns), routes, Optional.ofNullable(timeout), whenEmpty);
        }
    }
}
