package io.enim.netlink.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory of a buffer is the kernel's until a call returns, whatever the collector does meanwhile. */
class NativeBuffersTest {
    /** More than the allocator ever keeps: freed memory is unmapped, and a kernel that still reads it stops there. */
    private static final int SIZE = 40 << 20;

    private static final int FULL_PIPE = 60 * 1024;
    /** Interpreted code keeps its buffers anyway. */
    private static final int UNTIL_COMPILED = 20_000;

    @TempDir
    Path directory;

    @Test
    void p1_theCollectorDoesNotFreeWhatTheKernelStillReads() throws Exception {
        byte[] small = {1};
        for (int i = 0; i < UNTIL_COMPILED; i++) {
            Native.writeFile("/dev/null", small);
        }
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        byte[] content = new byte[SIZE];
        Arrays.fill(content, (byte) 7);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> Native.writeFile(pipe.toString(), content));
        try (DataInputStream reader = new DataInputStream(new FileInputStream(pipe.toFile()))) {
            assertThat(reader.read()).isEqualTo(7);
            await().until(() -> reader.available() > FULL_PIPE);
            collect();
            byte[] rest = new byte[SIZE - 1];
            reader.readFully(rest);
            assertThat(rest[rest.length - 1]).isEqualTo((byte) 7);
        }
        writing.join();
    }

    /** Returns when what was unreachable before has been collected and its cleaners have run. */
    private static void collect() {
        CountDownLatch cleaned = new CountDownLatch(1);
        Cleaner.create().register(new Object(), cleaned::countDown);
        await().until(() -> {
            System.gc();
            return cleaned.getCount() == 0;
        });
    }
}
