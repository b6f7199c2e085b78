package io.gangway.demo;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** Serves the Socket.IO Admin UI at {@code /admin/}: its files from npm, put next to this class by the build. */
final class AdminPage extends Handler.Wrapper {
    /** The page sets styles from its scripts, and has a font of icons. */
    private static final String POLICY =
            SafetyHeaders.POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'; font-src 'self'");

    private AdminPage(Handler files) {
        super(files);
    }

    /** Serves the page, and passes other paths to the next handler. */
    static Handler route() {
        ResourceHandler files = new ResourceHandler();
        Resource page = ResourceFactory.of(files).newClassLoaderResource("io/gangway/demo/admin/");
        if (page == null) {
            throw new IllegalStateException("the Admin UI is not on the class path; run mvn package");
        }
        files.setBaseResource(page);
        files.setWelcomeFiles("index.html");
        files.setDirAllowed(false);
        files.setEtags(true);
        files.setCacheControl("no-cache");
        return new ContextHandler(new AdminPage(files), "/admin");
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        response.getHeaders().put("Content-Security-Policy", POLICY);
        return super.handle(request, response, callback);
    }
}
