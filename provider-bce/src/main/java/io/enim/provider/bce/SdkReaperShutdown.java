// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.baidubce.http.IdleConnectionReaper;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the SDK's thread {@code java-sdk-http-connection-reaper} when its last user is gone. There is one for all clients
 * of the SDK in the process, begun with the first of them; the SDK has no way to end it: its {@code shutdown()} interrupts
 * the thread once, which the thread catches in its sleep and goes on.
 *
 * <p>It is left alone while any client of the SDK is registered, of ENIM or of the host's own. Once it has ended, later
 * clients run without it: the SDK does not begin it again. Idle connections then stay open until used or closed; each is
 * checked before use.
 */
final class SdkReaperShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(SdkReaperShutdown.class);
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static int users;

    private SdkReaperShutdown() {}

    static synchronized void retain() {
        users++;
    }

    static synchronized void release() {
        users--;
        if (users == 0) {
            try {
                stopReaper();
            } catch (ReflectiveOperationException e) {
                LOG.warn("the SDK's connection reaper is left running: its fields are not where they were", e);
            }
        }
    }

    private static void stopReaper() throws ReflectiveOperationException {
        Thread reaper;
        // The SDK guards both fields by this monitor.
        synchronized (IdleConnectionReaper.class) {
            reaper = (Thread) field("instance").get(null);
            boolean others = !((Collection<?>) field("connectionManagers").get(null)).isEmpty();
            if (reaper == null || others) {
                return;
            }
            IdleConnectionReaper.shutdown();
        }
        // It ends when the flag is set while it is awake, between its catch and its next test of the flag.
        long until = System.nanoTime() + TIMEOUT_NANOS;
        while (reaper.isAlive() && System.nanoTime() - until < 0) {
            reaper.interrupt();
            Thread.onSpinWait();
        }
    }

    private static Field field(String name) throws ReflectiveOperationException {
        Field field = IdleConnectionReaper.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
