// Starts a whole AT Protocol network (directory, server, AppView, moderation) on loopback, makes the accounts named in
// ALLMENDE_ACCOUNTS, prints one line of JSON when it is ready, and ends when its standard input does.
import net from 'node:net'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...words) {
  const [first] = words
  if (typeof first === 'object' && first !== null && first.path === undefined) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...words.slice(1))
  }
  if (first === undefined || typeof first === 'function' || Number.isInteger(Number(first))) {
    const port = Number.isInteger(Number(first)) ? Number(first) : 0
    return listen.call(this, { port, host: '127.0.0.1' }, ...words.filter((word) => typeof word === 'function'))
  }
  return listen.apply(this, words)
}

const { TestNetwork } = await import('@atproto/dev-env')
const { AtpAgent } = await import('@atproto/api')

const port = Number(process.env.ALLMENDE_PDS_PORT ?? 0)
const network = await TestNetwork.create({
  dbPostgresSchema: 'bsky',
  pds: { ...(port ? { port } : {}), enableDidDocWithSession: true },
})
const server = `http://127.0.0.1:${network.pds.port}`

const people = []
for (const { handle, name, password } of JSON.parse(process.env.ALLMENDE_ACCOUNTS)) {
  const agent = new AtpAgent({ service: server })
  await agent.createAccount({ handle, password, email: `${handle.split('.')[0]}@example.org` })
  await agent.com.atproto.repo.putRecord({
    repo: agent.assertDid,
    collection: 'app.bsky.actor.profile',
    rkey: 'self',
    record: { $type: 'app.bsky.actor.profile', displayName: name },
  })
  const made = await agent.com.atproto.server.createAppPassword({ name: 'allmende' })
  people.push({ handle, name, did: agent.assertDid, app_password: made.data.password })
}
await network.processAll(20_000)
console.log(JSON.stringify({ ready: true, server, people }))

let isEnding = false
const end = async () => {
  if (isEnding) return
  isEnding = true
  setTimeout(() => process.exit(0), 3000).unref()
  await network.close().catch(() => {})
  process.exit(0)
}
process.stdin.resume()
process.stdin.on('end', end)
process.on('SIGTERM', end)
process.on('SIGINT', end)
