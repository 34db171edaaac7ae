// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.embedding;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.Enim;
import java.nio.file.Path;

/** The smallest agent that embeds ENIM: one endpoint gets an ENI and gives it back. */
public final class EmbeddingAgent {
    private EmbeddingAgent() {}

    /** Runs it; the argument is a directory for records. */
    public static void main(String[] arguments) {
        EniSettings settings = EniSettings.builder("node-1")
                .set(EniSetting.PROVIDER, "fake") // a cloud in memory; "aws" or "bce" for a real one
                .set(EniSetting.DEVICES, "memory") // "linux" for real devices, which needs root
                .set(EniSetting.RUN_DIR, Path.of(arguments[0], "run"))
                .set(EniSetting.STATE_DIR, Path.of(arguments[0], "state"))
                .build();
        try (EniManager manager = Enim.builder(settings).build()) {
            Endpoint cart = Endpoint.of("shop", "cart", "container-1");
            // With .netns(path) the device moves into that network namespace.
            AddRequest.Builder request = AddRequest.forEndpoint(cart).whenEmpty(WhenEmpty.WAIT);
            Assignment assignment = manager.add(request.build());
            assignment.ipv4().ifPresent(ip -> System.out.println(cart + " has " + ip.withPrefix()));
            manager.del(cart);
            // The same without a thread that waits; cancelling the future would undo the ADD.
            manager.addAsync(request.build())
                    .thenCompose(again -> manager.delAsync(again.endpoint()))
                    .join();
            System.out.println("held now: " + manager.assignments());
        }
    }
}
