import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["core/test/**/*.test.ts", "player/test/**/*.test.ts"],
    restoreMocks: true,
  },
});
