package io.enim.core.internal.allocator;

import io.enim.core.check.ModelVerifier;
import io.enim.core.internal.allocator.AllocatorScenario.Answer;
import java.util.List;
import java.util.Map;

/** Verifies Lincheck's results by {@link AllocatorModel}, which allows any free ENI for a key. */
public final class AllocatorVerifier
        extends ModelVerifier<Map<Integer, AllocatorModel.ModelState>, AllocatorCall, Object> {
    /** Called by Lincheck with the class of the sequential specification, which this does not need. */
    public AllocatorVerifier(Class<?> specification) {
        super(new AllocatorModel(AllocatorScenario.FREE));
    }

    @Override
    protected AllocatorCall operation(String method, List<Object> arguments) {
        return AllocatorScenario.call(method, arguments);
    }

    @Override
    protected Object answer(Object value) {
        return ((Answer) value).value();
    }
}
