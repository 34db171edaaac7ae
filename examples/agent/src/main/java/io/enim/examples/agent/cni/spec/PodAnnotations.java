// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.AddRequest.WhenEmpty;
import io.enim.Cidr;
import io.enim.EniException;
import io.enim.EniWish;
import io.enim.PrintableText;
import io.enim.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options that a pod sets with annotations that begin with {@code enim.io/}. containerd passes annotations if the
 * configuration has the capability {@code io.kubernetes.cri.pod-annotations}, so the operator decides whether pods may
 * set them. An unknown annotation of this prefix is an error, so that a misspelt one is not ignored.
 */
public final class PodAnnotations {
    private static final String CAPABILITY = "io.kubernetes.cri.pod-annotations";
    private static final String OURS = "enim.io/";
    private static final String WHEN_EMPTY = OURS + "when-empty";
    private static final String ROUTES = OURS + "routes";
    private static final String REQUIRE = OURS + "require";
    private static final String PREFER = OURS + "prefer";
    private static final List<String> KNOWN = List.of(WHEN_EMPTY, ROUTES, REQUIRE, PREFER);
    private static final Pattern ROUTE = Pattern.compile("(\\S+)(?:\\s+via\\s+(\\S+))?");

    private PodAnnotations() {}

    /**
     * What to do when no ENI is free, if the pod says so; routes in addition to those of the configuration; and which ENI the pod
     * wants.
     */
    public record PodOptions(Optional<WhenEmpty> whenEmpty, List<Route> routes, EniWish wish) {}

    /** @throws CniException of code 2 or 7 */
    public static PodOptions of(NetworkConfig config) {
        Optional<JsonFields> annotations =
                config.fields().object("runtimeConfig").flatMap(runtime -> runtime.object(CAPABILITY));
        if (annotations.isEmpty()) {
            return new PodOptions(Optional.empty(), List.of(), EniWish.NONE);
        }
        annotations.get().map().forEach(PodAnnotations::requireKnown);
        Optional<String> whenEmpty = annotations.get().text(WHEN_EMPTY);
        Optional<String> routes = annotations.get().text(ROUTES);
        return new PodOptions(
                whenEmpty.map(text -> NetworkConfig.whenEmpty("annotation " + WHEN_EMPTY, text)),
                routes.map(PodAnnotations::routes).orElse(List.of()),
                wish(annotations.get().text(REQUIRE), annotations.get().text(PREFER)));
    }

    private static EniWish wish(Optional<String> require, Optional<String> prefer) {
        if (require.isPresent() && prefer.isPresent()) {
            throw new CniException(
                    CniErrorCode.INVALID_CONFIG,
                    "the pod has both annotations " + REQUIRE + " and " + PREFER,
                    "keep the one that is meant");
        }
        return require.map(text -> WishedEni.named(EniWish.required(), REQUIRE, text))
                .or(() -> prefer.map(text -> WishedEni.named(EniWish.preferred(), PREFER, text)))
                .orElse(EniWish.NONE);
    }

    private static void requireKnown(String key, Object value) {
        if (key.startsWith(OURS) && !KNOWN.contains(key)) {
            throw new CniException(
                    CniErrorCode.UNSUPPORTED_FIELD,
                    "annotation " + PrintableText.brief(key) + " is '" + PrintableText.brief(String.valueOf(value))
                            + "'",
                    "known are " + String.join(", ", KNOWN));
        }
    }

    /** {@code DESTINATION [via HOP]}, separated by commas. */
    private static List<Route> routes(String text) {
        List<Route> routes = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            Matcher words = ROUTE.matcher(each.strip());
            if (!words.matches()) {
                throw bad(each, "write routes as 10.0.0.0/8 or 10.0.0.0/8 via 10.1.0.1, separated by commas");
            }
            try {
                Cidr block = Cidr.parse(words.group(1));
                String hop = words.group(2);
                routes.add(hop == null ? Route.to(block) : Route.via(block, Cidr.parseAddress(hop)));
            } catch (EniException e) {
                throw bad(each, String.valueOf(e.getMessage()));
            }
        }
        return routes;
    }

    private static CniException bad(String route, String rule) {
        return new CniException(
                CniErrorCode.INVALID_CONFIG,
                "annotation " + ROUTES + ": '" + PrintableText.brief(route.strip()) + "'",
                rule);
    }
}
