package io.enim.core.internal.allocator;

import io.enim.core.check.ModelVerifier;
import io.enim.core.internal.allocator.AllocatorScenario.Answer;
import java.util.List;
import java.util.Map;

/** Judges what Lincheck ran by {@link AllocatorModel}, which leaves open which free ENI a key gets. */
public final class AllocatorVerifier
        extends ModelVerifier<Map<Integer, AllocatorModel.ModelState>, AllocatorCall, Object> {
    /** Lincheck makes it with the class of the sequential specification, which this does not need. */
    public AllocatorVerifier(Class<?> specification) {
        super(new AllocatorModel(AllocatorScenario.FREE));
    }

    @Override
    protected AllocatorCall operation(String method, List<Object> arguments) {
        return AllocatorScenario.ask(method, arguments);
    }

    @Override
    protected Object answer(Object value) {
        return ((Answer) value).value();
    }
}
