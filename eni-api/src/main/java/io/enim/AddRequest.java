// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request for one endpoint's ENI. Immutable.
 *
 * @param endpoint the endpoint that gets the ENI
 * @param netns the endpoint's network namespace; empty means assignment only: the device stays where it is
 * @param routes routes beyond the default ones; a default route given here replaces ENIM's own of that family
 * @param link how the device is set up in the namespace
 * @param labels what the caller wants to find again at the {@link Assignment}, like the network it serves. ENIM stores
 *     labels with the assignment's first record and never interprets them; a repeated ADD adds its labels to the
 *     recorded ones. At most 16; keys of at most 63 characters, values of at most 1,024
 * @param timeout the longest the caller waits; empty means the setting {@code enim.add.timeout}
 * @param whenEmpty what to do when no ENI is free, or not the required one
 * @param wish which ENI the endpoint is to get; {@link EniWish#NONE}: any
 */
public record AddRequest(
        Endpoint endpoint,
        Optional<Path> netns,
        List<Route> routes,
        LinkOptions link,
        Map<String, String> labels,
        Optional<Duration> timeout,
        WhenEmpty whenEmpty,
        EniWish wish) {
    /** What to do when no ENI is free, or not the required one. */
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
        requireNonNull(link, "link");
        labels = Labels.copyOf(labels);
        requireNonNull(timeout, "timeout");
        requireNonNull(whenEmpty, "whenEmpty");
        requireNonNull(wish, "wish");
        netns.filter(path -> !path.isAbsolute()).ifPresent(path -> {
            throw new InvalidRequestException("netns", path.toString(), "the path must be absolute");
        });
        if (routes.size() > MAX_ROUTES) {
            throw new InvalidRequestException("routes", routes.size() + " routes", "at most " + MAX_ROUTES);
        }
        timeout.filter(time -> time.isNegative() || time.isZero()).ifPresent(time -> {
            throw new InvalidRequestException("timeout", time.toString(), "the timeout must be positive");
        });
    }

    /** A request for any ENI. */
    public AddRequest(
            Endpoint endpoint,
            Optional<Path> netns,
            List<Route> routes,
            LinkOptions link,
            Map<String, String> labels,
            Optional<Duration> timeout,
            WhenEmpty whenEmpty) {
        this(endpoint, netns, routes, link, labels, timeout, whenEmpty, EniWish.NONE);
    }

    /** A builder of requests for this endpoint. */
    public static Builder forEndpoint(Endpoint endpoint) {
        return new Builder(endpoint);
    }

    /** Builds a request. Not thread-safe. */
    public static final class Builder {
        private final Endpoint endpoint;
        private final List<Route> routes = new ArrayList<>();
        private final Map<String, String> labels = new HashMap<>();
        private LinkOptions link = LinkOptions.DEFAULT;
        private @Nullable Path netns;
        private @Nullable Duration timeout;
        private WhenEmpty whenEmpty = WhenEmpty.FAIL;
        private EniWish wish = EniWish.NONE;

        private Builder(Endpoint endpoint) {
            this.endpoint = requireNonNull(endpoint, "endpoint");
        }

        /** Sets the endpoint's network namespace. */
        public Builder netns(Path path) {
            this.netns = requireNonNull(path, "path");
            return this;
        }

        /** Adds a route. */
        public Builder route(Route route) {
            routes.add(requireNonNull(route, "route"));
            return this;
        }

        /** Sets how the device is set up; the default is {@link LinkOptions#DEFAULT}. */
        public Builder link(LinkOptions options) {
            this.link = requireNonNull(options, "options");
            return this;
        }

        /** Sets a label, in place of an earlier one with this key. */
        public Builder label(String key, String value) {
            labels.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
            return this;
        }

        /** Sets each of these labels. */
        public Builder labels(Map<String, String> more) {
            more.forEach(this::label);
            return this;
        }

        /** Sets the longest the caller waits. */
        public Builder timeout(Duration time) {
            this.timeout = requireNonNull(time, "time");
            return this;
        }

        /** Sets what to do when no ENI is free; the default is {@link WhenEmpty#FAIL}. */
        public Builder whenEmpty(WhenEmpty choice) {
            this.whenEmpty = requireNonNull(choice, "choice");
            return this;
        }

        /** Sets which ENI the endpoint is to get; the default is {@link EniWish#NONE}. */
        public Builder wish(EniWish which) {
            this.wish = requireNonNull(which, "which");
            return this;
        }

        /**
         * Builds the request; later changes to this builder do not affect it.
         *
         * @throws InvalidRequestException an option is invalid; the message names it and the rule
         */
        public AddRequest build() {
            return new AddRequest(
                    endpoint,
                    Optional.ofNullable(netns),
                    routes,
                    link,
                    labels,
                    Optional.ofNullable(timeout),
                    whenEmpty,
                    wish);
        }
    }
}
