package io.gangway.demo;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** The web page's files, which lie beside this class in the jar. */
final class Page {
    private Page() {}

    /** Serves the page at {@code /} and its files below; leaves other paths to the next handler. */
    static Handler route() {
        ResourceHandler files = new ResourceHandler();
        Resource page = ResourceFactory.of(files).newClassLoaderResource("io/gangway/demo/page/");
        if (page == null) {
            throw new IllegalStateException("the page is not on the class path; mvn package puts it there");
        }
        files.setBaseResource(page);
        files.setWelcomeFiles("index.html");
        files.setDirAllowed(false);
        files.setEtags(true);
        files.setCacheControl("no-cache"); // asks each time, and a newer demo shows its own page
        return files;
    }
}
