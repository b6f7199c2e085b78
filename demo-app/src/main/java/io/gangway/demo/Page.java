package io.gangway.demo;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** Serves the web page's files, which are next to this class in the jar. */
final class Page {
    private Page() {}

    /** Serves the page at {@code /} and its files below; passes other paths to the next handler. */
    static Handler route() {
        ResourceHandler files = new ResourceHandler();
        Resource page = ResourceFactory.of(files).newClassLoaderResource("io/gangway/demo/page/");
        if (page == null) {
            throw new IllegalStateException("the page is not on the class path; run mvn package");
        }
        files.setBaseResource(page);
        files.setWelcomeFiles("index.html");
        files.setDirAllowed(false);
        files.setEtags(true);
        files.setCacheControl("no-cache"); // browsers revalidate, so that a newer demo shows its own page
        return files;
    }
}
