# Shadis in a container: built with the development tools, shipped without them.
#
#   docker build -t shadis . && docker run -p 6379:6379 -v shadis-data:/data shadis --protected-mode no

FROM node:24-slim AS build
WORKDIR /app
# The dependencies have a layer of their own, so that a change of source does not install them again.
# No install scripts: the image itself brings the Node that the package "node" would fetch.
COPY package.json package-lock.json ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
# The shadow oracle runs inside the server when it is asked for.
COPY oracle ./oracle
RUN npm run build --ignore-scripts && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 6379

# Anything but PONG is unhealthy: NOAUTH (give the probe a way in, or replace it), LOADING, silence, no listener.
# SHADIS_HEALTH_PORT is for a server told to listen elsewhere, SHADIS_HEALTH_TLS=1 for a tls-port. One that asks clients
# for certificates is better probed at /healthz of its metrics-port.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "const e=process.env,s=require(e.SHADIS_HEALTH_TLS?'tls':'net').connect({port:e.SHADIS_HEALTH_PORT||6379,host:'127.0.0.1',rejectUnauthorized:false},()=>s.write('PING\\r\\n'));s.setTimeout(2000,()=>process.exit(1)).on('error',()=>process.exit(1)).on('end',()=>process.exit(1)).once('data',d=>process.exit(String(d).startsWith('+PONG')?0:1))"]

# Every client of a container comes from outside it, so protected mode would refuse them all; what is published
# with -p decides who may connect. Arguments of `docker run` replace CMD: add `--protected-mode no` to them, or
# better a password.
ENTRYPOINT ["node", "/app/dist/src/main.js"]
CMD ["--protected-mode", "no"]
