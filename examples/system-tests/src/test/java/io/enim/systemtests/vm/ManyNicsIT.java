package io.enim.systemtests.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.systemtests.vm.NicNode.Tenant;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many NICs as large instances have. */
@RequiresCloudNics
class ManyNicsIT {
    private static final int NICS = 16;

    @TempDir
    private Path directory;

    @Test
    void p1_sixteenAtOnceGetOneEachAndDieAtOnceThreeTimes() {
        ExecutorService callers = Executors.newFixedThreadPool(NICS);
        try (NicNode node = new NicNode(directory, NICS)) {
            for (int round = 0; round < 3; round++) {
                List<CompletableFuture<Tenant>> adds = IntStream.range(0, NICS)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> node.tenant("pod" + i), callers))
                        .toList();
                List<Tenant> tenants =
                        adds.stream().map(CompletableFuture::join).toList();
                assertThat(tenants)
                        .extracting(Tenant::mac)
                        .doesNotHaveDuplicates()
                        .hasSize(NICS);
                assertThat(node.host.devices()).isEmpty();
                assertThat(NicNode.reaches(tenants.get(0), tenants.get(NICS - 1)))
                        .isTrue();
                // Half of them by the book, half by the death of the namespace, at the same time.
                List<CompletableFuture<Void>> ends = tenants.stream()
                        .map(tenant -> CompletableFuture.runAsync(() -> end(node, tenant), callers))
                        .toList();
                ends.forEach(CompletableFuture::join);
                for (Tenant tenant : tenants) {
                    node.awaitFallen(tenant.mac());
                }
                node.manager.gc();
                node.manager.gc(); // One that returned while a fallen one had its name gets it now.
                node.assertAllOnHostAndFresh();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private static void end(NicNode node, Tenant tenant) {
        if (tenant.sandbox().devices().get(0).ifindex() % 2 == 0) {
            node.manager.del(tenant.endpoint());
        }
        node.kill(tenant.name());
    }
}
