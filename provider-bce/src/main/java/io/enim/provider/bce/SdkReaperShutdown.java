// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.baidubce.http.IdleConnectionReaper;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import org.apache.http.conn.HttpClientConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the SDK's thread {@code java-sdk-http-connection-reaper} when its last user is gone. There is one for all clients
 * of the SDK in the process, begun with the first of them; the SDK has no way to end it: its {@code shutdown()} interrupts
 * the thread once, which the thread catches in its sleep and goes on. Called on the thread itself, between two sleeps, it
 * ends it. So the last user leaves a connection manager to be looked at, which makes that call: within 20 s, the length of
 * a sleep.
 *
 * <p>It is left alone while any client of the SDK is registered, of ENIM or of the host's own. Once it has ended, later
 * clients run without it: the SDK does not begin it again. Idle connections then stay open until used or closed; each is
 * checked before use.
 */
final class SdkReaperShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(SdkReaperShutdown.class);
    private static final HttpClientConnectionManager LAST = (HttpClientConnectionManager) Proxy.newProxyInstance(
            SdkReaperShutdown.class.getClassLoader(),
            new Class<?>[] {HttpClientConnectionManager.class},
            SdkReaperShutdown::onReaper);
    private static int users;

    private SdkReaperShutdown() {}

    static synchronized void retain() {
        users++;
    }

    static synchronized void release() {
        users--;
        if (users == 0) {
            try {
                endUnlessUsed(() -> IdleConnectionReaper.registerConnectionManager(LAST));
            } catch (ReflectiveOperationException e) {
                LOG.warn("the SDK's connection reaper is left running: its field is not where it was", e);
            }
        }
    }

    private static Object onReaper(Object proxy, Method method, Object[] arguments)
            throws ReflectiveOperationException {
        if (method.getName().equals("equals")) {
            return proxy == arguments[0]; // It is looked for in a list.
        }
        synchronized (IdleConnectionReaper.class) {
            IdleConnectionReaper.removeConnectionManager(LAST);
            endUnlessUsed(IdleConnectionReaper::shutdown);
        }
        return proxy;
    }

    private static void endUnlessUsed(Runnable end) throws ReflectiveOperationException {
        // The SDK guards its field by this monitor.
        synchronized (IdleConnectionReaper.class) {
            Field managers = IdleConnectionReaper.class.getDeclaredField("connectionManagers");
            managers.setAccessible(true);
            if (((Collection<?>) managers.get(null)).isEmpty()) {
                end.run();
            }
        }
    }
}
