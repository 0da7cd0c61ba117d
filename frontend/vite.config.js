import { defineConfig } from "vite";

// One module and its manifest, named without a hash: Django's static storage adds one, and a build stays comparable.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../allmende/web/static/web/app",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    sourcemap: false,
    rollupOptions: {
      input: { app: "src/app.js" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
