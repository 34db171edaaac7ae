// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.support.EventualVisibility;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * The instance this process runs on, as EC2 describes it now. EC2 refuses an attachment to one that starts with the words that
 * it has for one that has ended, so the description decides. One that EC2 does not show is new until it had the time to appear.
 * Safe for concurrent use.
 */
final class HostInstance {
    private static final Set<String> ENDED = Set.of("shutting-down", "terminated", "stopping", "stopped");

    private final Ec2Calls calls;
    private final String id;
    private final Clock clock;
    private final Instant knownSince;

    HostInstance(Ec2Calls calls, String id, Clock clock) {
        this.calls = calls;
        this.id = id;
        this.clock = clock;
        this.knownSince = clock.instant();
    }

    String id() {
        return id;
    }

    /**
     * Describes it: one request.
     *
     * @throws FatalProviderException it has ended, with {@link Refusal#INSTANCE_GONE}
     * @throws RetryableProviderException EC2 does not show it yet
     */
    Instance require() {
        Instance found = calls.instances(id).stream()
                .filter(each -> id.equals(each.instanceId()))
                .findFirst()
                .orElseThrow(() -> unknown());
        String state = Optional.ofNullable(found.state())
                .map(now -> String.valueOf(now.nameAsString()))
                .orElse("");
        if (ENDED.contains(state)) {
            throw gone("it is " + state);
        }
        return found;
    }

    private RuntimeException unknown() {
        if (clock.instant().isBefore(knownSince.plus(EventualVisibility.WINDOW))) {
            String message = "DescribeInstances " + id + ": EC2 does not show it, or not yet; it is asked again for "
                    + EventualVisibility.WINDOW.toMinutes()
                    + " minutes, correct instance-id or region if they are wrong";
            return new RetryableProviderException(Refusal.NOT_FOUND, "", message);
        }
        return gone("EC2 does not know it; correct instance-id or region");
    }

    private FatalProviderException gone(String why) {
        String message = "DescribeInstances " + id + ": " + why + "; nothing can be attached";
        return new FatalProviderException(Refusal.INSTANCE_GONE, "", message);
    }
}
