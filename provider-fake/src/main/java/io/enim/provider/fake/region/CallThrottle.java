package io.enim.provider.fake.region;

import io.enim.provider.fake.region.CloudRefusal.Reason;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts calls and refuses those over the rate limit. Safe for concurrent use. */
final class CallThrottle {
    private final Map<ApiCall, Integer> calls = new EnumMap<>(ApiCall.class);
    private @Nullable TokenBucket limit;

    synchronized void limit(TokenBucket bucket) {
        limit = bucket;
    }

    synchronized void admit(ApiCall apiCall) {
        calls.merge(apiCall, 1, Integer::sum);
        if (limit != null && !limit.admits()) {
            throw new CloudRefusal(Reason.THROTTLED, apiCall + ": rate exceeded");
        }
    }

    synchronized Map<ApiCall, Integer> calls() {
        return Map.copyOf(calls);
    }
}
