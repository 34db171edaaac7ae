package io.enim.systemtests.clouds;

import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes everything on, and remembers which ENIs each token was answered with. */
final class TokenRecordingCloud implements EniCloud {
    private final EniCloud cloud;
    private final Map<String, Set<String>> answers;

    TokenRecordingCloud(EniCloud cloud, Map<String, Set<String>> answers) {
        this.cloud = cloud;
        this.answers = answers;
    }

    @Override
    public CloudEni create(CreateRequest request) {
        Set<String> ids = answers.computeIfAbsent(request.token(), token -> ConcurrentHashMap.newKeySet());
        CloudEni eni = cloud.create(request);
        ids.add(eni.id());
        return eni;
    }

    @Override
    public NodeIdentity node() {
        return cloud.node();
    }

    @Override
    public NodeLimits limits() {
        return cloud.limits();
    }

    @Override
    public List<CloudEni> describe() {
        return cloud.describe();
    }

    @Override
    public void attach(String eniId, AttachRequest request) {
        cloud.attach(eniId, request);
    }

    @Override
    public void detach(String eniId) {
        cloud.detach(eniId);
    }

    @Override
    public void delete(String eniId) {
        cloud.delete(eniId);
    }

    @Override
    public void close() {
        cloud.close();
    }
}
