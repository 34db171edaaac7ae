package io.enim.core;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.implementation.InvocationHandlerAdapter;
import net.bytebuddy.matcher.ElementMatchers;

/** Makes objects that pass every call on, but for the methods that a test replaces. */
public final class Overriding {
    private static final String HANDLER = "handler";

    /** Not {@link java.lang.reflect.Proxy}, which wraps what is thrown undeclared. */
    private static final ClassValue<Class<?>> IMPLEMENTATIONS = new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> type) {
            return new ByteBuddy(ClassFileVersion.JAVA_V17)
                    .subclass(type)
                    .defineField(HANDLER, InvocationHandler.class, Visibility.PUBLIC)
                    .method(ElementMatchers.isDeclaredBy(ElementMatchers.isInterface()))
                    .intercept(InvocationHandlerAdapter.toField(HANDLER))
                    .make()
                    .load(Overriding.class.getClassLoader())
                    .getLoaded();
        }
    };

    private Overriding() {}

    /** An object of this interface whose every call the handler answers; it may throw anything. */
    public static <T> T handling(Class<T> type, InvocationHandler handler) {
        try {
            Class<?> implementation = IMPLEMENTATIONS.get(type);
            T made = type.cast(implementation.getConstructor().newInstance());
            implementation.getField(HANDLER).set(made, handler);
            return made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The target, but with the public methods of {@code replacement} in place of those of the interface that have the same
     * name and parameters. A default method that the target leaves as it is calls the replaced ones.
     */
    public static <T> T methods(Class<T> type, T target, Object replacement) {
        Map<Method, Method> replaced = new HashMap<>();
        for (Method method : type.getMethods()) {
            for (Method own : replacement.getClass().getMethods()) {
                if (own.getName().equals(method.getName())
                        && List.of(own.getParameterTypes()).equals(List.of(method.getParameterTypes()))) {
                    own.setAccessible(true);
                    replaced.put(method, own);
                }
            }
        }
        return handling(type, (self, method, arguments) -> {
            if (replaced.containsKey(method)) {
                return invoke(replacement, replaced.get(method), arguments);
            }
            return method.isDefault() && isDefault(target, method)
                    ? MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                            .unreflectSpecial(method, method.getDeclaringClass())
                            .bindTo(self)
                            .invokeWithArguments(arguments)
                    : invoke(target, method, arguments);
        });
    }

    /** Throws what the method throws. */
    public static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static boolean isDefault(Object target, Method method) throws NoSuchMethodException {
        return target.getClass()
                .getMethod(method.getName(), method.getParameterTypes())
                .isDefault();
    }
}
