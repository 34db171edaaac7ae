package io.enim.core.internal.pool;

import io.enim.EniException;
import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Calls that change one ENI at the cloud's side. Belongs to the rounds. */
final class Changes {
    private final Kit kit;
    private final Looks looks;
    private final Backoff retry;

    Changes(Kit kit, Looks looks) {
        this.kit = kit;
        this.looks = looks;
        RandomGenerator random = kit.tools().random();
        this.retry = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMinutes(5), random);
    }

    /**
     * Starts a call that has passed the gate. Whatever the answer, the cloud is looked at before the ENI's next change,
     * and the next one like this waits a little longer; unless a look saw it move on before the answer came, for then what
     * is next is another.
     *
     * @param work what is done on the executor
     * @param then hears in a round whether it failed
     */
    void start(Member member, Call call, Runnable work, Consumer<Optional<EniException>> then) {
        member.busy = true;
        Optional<CloudEni.Status> before = member.seen().map(CloudEni::status);
        kit.outside().<Boolean>start(call.text() + " " + member.id, () -> Chores.done(work), answer -> {
            Instant now = kit.clock().now();
            member.busy = false;
            member.changed(now);
            if (before.equals(member.seen().map(CloudEni::status))) {
                later(member);
            }
            kit.gate().answered(call, answer, member.id, now);
            then.accept(answer.error());
            looks.soon();
        });
    }

    /** Whatever comes next for this ENI waits a little, and longer from time to time. */
    void later(Member member) {
        member.notBefore = kit.clock().now().plus(retry.delay(++member.attempts));
    }

    static String message(EniException error) {
        return String.valueOf(error.getMessage());
    }
}
