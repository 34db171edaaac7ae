package io.enim.core.simulation;

import io.enim.Assignment;
import io.enim.ClosedException;
import io.enim.DeadlineExceededException;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.OverloadedException;
import io.enim.TimelineEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** That a DEL of all lives of a pod has tried each of them when it has failed. */
record EveryLifeOracle(NodeOracle oracle) {
    void del(EniManager manager, String namespace, String name) {
        Map<Assignment, List<TimelineEntry>> before = lives(manager, namespace, name);
        try {
            manager.del(namespace, name);
        } catch (EniException e) {
            if (Stream.concat(Stream.of(e), Stream.of(e.getSuppressed())).noneMatch(EveryLifeOracle::isRefusal)) {
                lives(manager, namespace, name).forEach((life, steps) -> {
                    if (steps.equals(before.get(life))) {
                        oracle.violated("P3: a DEL of " + namespace + "/" + name + " did not try " + life.endpoint()
                                + ", and failed with " + e);
                    }
                });
            }
            throw e;
        }
    }

    private static boolean isRefusal(Throwable error) {
        return error instanceof OverloadedException
                || error instanceof DeadlineExceededException
                || error instanceof ClosedException
                || error instanceof Error;
    }

    private static Map<Assignment, List<TimelineEntry>> lives(EniManager manager, String namespace, String name) {
        Map<Assignment, List<TimelineEntry>> lives = new HashMap<>();
        manager.assignments().stream()
                .filter(one -> one.endpoint().isNamed(namespace, name))
                .forEach(one -> lives.put(one, manager.timeline(one.endpoint())));
        return lives;
    }
}
