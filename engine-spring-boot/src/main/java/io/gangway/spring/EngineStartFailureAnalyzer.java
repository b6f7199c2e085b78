package io.gangway.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows why the engine cannot start in place of a stack trace. */
final class EngineStartFailureAnalyzer extends AbstractFailureAnalyzer<EngineStartException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, EngineStartException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
