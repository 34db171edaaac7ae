package io.enim.systemtests.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod as the API server has it.
 *
 * @param ip empty without a sandbox
 * @param restarts of its first container
 * @param scheduled what the scheduler says of it; empty once it is bound
 */
record PodView(
        String name,
        String uid,
        String phase,
        boolean ready,
        boolean ending,
        String ip,
        int restarts,
        String scheduled,
        Map<String, Object> labels) {
    static PodView of(Map<String, Object> pod) {
        Map<String, Object> metadata = map(pod.get("metadata"));
        Map<String, Object> status = map(pod.get("status"));
        return new PodView(
                text(metadata, "name"),
                text(metadata, "uid"),
                text(status, "phase"),
                condition(status, "Ready")
                        .filter(each -> text(each, "status").equals("True"))
                        .isPresent(),
                metadata.containsKey("deletionTimestamp"),
                text(status, "podIP"),
                maps(status.get("containerStatuses"))
                        .map(each -> (Integer) each.get("restartCount"))
                        .findFirst()
                        .orElse(0),
                condition(status, "PodScheduled")
                        .filter(each -> text(each, "status").equals("False"))
                        .map(each -> text(each, "message"))
                        .orElse(""),
                map(metadata.get("labels")));
    }

    private static Optional<Map<String, Object>> condition(Map<String, Object> status, String type) {
        return maps(status.get("conditions"))
                .filter(each -> text(each, "type").equals(type))
                .findFirst();
    }

    /** Running with its containers, and not on its way out. */
    boolean runs() {
        return phase.equals("Running") && !ending && !ip.isEmpty();
    }

    static String text(Map<String, Object> of, String key) {
        return of.getOrDefault(key, "").toString();
    }

    /** An object of the JSON; an absent one is empty. */
    @SuppressWarnings("unchecked") // What jackson-jr makes of an object.
    static Map<String, Object> map(Object object) {
        return object == null ? Map.of() : (Map<String, Object>) object;
    }

    /** The objects of an array of the JSON; an absent one is empty. */
    static Stream<Map<String, Object>> maps(Object array) {
        return array == null ? Stream.empty() : ((List<?>) array).stream().map(PodView::map);
    }
}
