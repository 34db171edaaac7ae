package io.enim.provider.fake.model;

import io.enim.provider.fake.model.Refused.Reason;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts calls and turns away those that are too many. Safe for concurrent use. */
final class Intake {
    private final Map<Call, Integer> calls = new EnumMap<>(Call.class);
    private @Nullable TokenBucket limit;

    synchronized void limit(TokenBucket bucket) {
        limit = bucket;
    }

    synchronized void admit(Call call) {
        calls.merge(call, 1, Integer::sum);
        if (limit != null && !limit.admits()) {
            throw new Refused(Reason.THROTTLED, call + ": rate exceeded");
        }
    }

    synchronized Map<Call, Integer> calls() {
        return Map.copyOf(calls);
    }
}
