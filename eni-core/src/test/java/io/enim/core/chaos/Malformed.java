package io.enim.core.chaos;

import io.enim.Endpoint;
import io.enim.EniAddress;
import io.enim.NoEniAvailableException;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Answers that no contract allows, each made of a proper one. */
public final class Malformed {
    private static final List<Duration> TIMES = List.of(
            Duration.ZERO,
            Duration.ofSeconds(-1),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofSeconds(Long.MAX_VALUE));

    private Malformed() {}

    /**
     * Instead of this answer.
     *
     * @param random a random number below another one
     */
    public static @Nullable Object of(@Nullable Object answer, IntUnaryOperator random) {
        if (answer instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof CloudEni) {
            return list(list, random);
        }
        return answer instanceof CloudEni eni ? eni(eni, random.applyAsInt(3)) : null;
    }

    /** The same refusal, but with a time to retry that cannot be. */
    public static NoEniAvailableException refusal(
            Endpoint endpoint, NoEniAvailableException refusal, IntUnaryOperator random) {
        Duration retryAfter = TIMES.get(random.applyAsInt(TIMES.size()));
        return new NoEniAvailableException(endpoint, refusal.counts(), retryAfter);
    }

    /** One of them is not as the contract says. */
    public static <T> List<T> list(List<T> answer, IntUnaryOperator random) {
        List<T> malformed = new ArrayList<>(answer);
        if (!malformed.isEmpty()) {
            int which = random.applyAsInt(malformed.size());
            @SuppressWarnings("unchecked") // A CloudEni, or null.
            T instead = (T) eni((CloudEni) malformed.get(which), random.applyAsInt(3));
            malformed.set(which, instead);
        }
        return malformed;
    }

    private static @Nullable CloudEni eni(CloudEni eni, int how) {
        Optional<EniAddress> none = Optional.empty();
        return switch (how) {
            case 0 -> null;
            case 1 -> with(eni, eni.ipv6(), eni.ipv4());
            default -> with(eni, none, none);
        };
    }

    private static CloudEni with(CloudEni eni, Optional<EniAddress> ipv4, Optional<EniAddress> ipv6) {
        return new CloudEni(
                eni.id(),
                eni.status(),
                eni.mac(),
                ipv4,
                ipv6,
                eni.subnetId(),
                eni.number(),
                eni.instanceId(),
                eni.ownerTag(),
                eni.created());
    }
}
