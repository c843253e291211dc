# One image for every process of the house; the command says which one runs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# With the optional packages: the compiler is one of them. None of them gets into the image, see `dependencies`.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY gateway ./gateway
COPY subgraphs ./subgraphs
COPY schema ./schema
RUN npx tsc -p .
# The federation packages are Elastic-2.0: their licences travel with every copy (see LICENSE).
RUN mkdir -p licenses && for name in gateway composition query-planner query-graphs federation-internals; do \
      cp "node_modules/@apollo/$name/LICENSE" "licenses/apollo-$name.txt"; \
    done

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Neither the compiler, nor the embedded PostgreSQL, nor an npm copy of Node belongs into the image.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=true HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=build /app/licenses ./licenses
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# What is not code is read from where it lies in the source tree.
COPY --from=build /app/subgraphs ./subgraphs
COPY --from=build /app/schema ./schema
RUN install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 4000
# A quarter more requests than with the default young generation (docs/decisions/0001-the-given-stack.md).
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=64"]
CMD ["dist/gateway/main.js"]
