// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many ENIs this instance may have. The call that says so is in Baidu's Go SDK and not in the contents of its API; where it
 * fails, the instance's own description has a quota, which some types of bare metal lack. Then only a setting can tell.
 */
record Quota(BceCalls calls, String instanceId) {
    private static final Logger LOG = LoggerFactory.getLogger(Quota.class);
    private static final Set<Refusal> NO_SUCH_CALL = Set.of(Refusal.NOT_FOUND, Refusal.NOT_PERMITTED, Refusal.OTHER);

    /**
     * The limit of those that ENIM may have attached: one request, or two.
     *
     * @param ours how many of ours are attached
     * @param foreign how many others are attached
     */
    int most(int ours, int foreign) {
        OptionalInt more = available();
        if (more.isPresent()) {
            return ours + Math.max(0, more.getAsInt());
        }
        int total = calls.eniQuota(instanceId).orElseThrow(() -> {
            String message = "GetEniQuota and GetInstance " + instanceId
                    + ": neither says how many ENIs the instance may have; set enim.provider.bce.max-enis";
            return new FatalProviderException(Refusal.NOT_FOUND, "", message);
        });
        return Math.max(0, total - foreign);
    }

    private OptionalInt available() {
        try {
            return calls.availableQuota(instanceId);
        } catch (ProviderException e) {
            if (!NO_SUCH_CALL.contains(e.refusal())) {
                throw e;
            }
            LOG.debug("the instance's description is asked for its quota: {}", e.getMessage());
            return OptionalInt.empty();
        }
    }
}
