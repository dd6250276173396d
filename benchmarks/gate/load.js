// Asks a server on the loopback address, each time with the next line of a file, and prints what came.
//
//     node load.js URL FILE SECONDS RATE CONNECTIONS
//
// RATE is requests a second over all connections; 0 for as many as there can be. AUTOCANNON is the folder of the
// package autocannon.
const fs = require('fs')
const autocannon = require(process.env.AUTOCANNON)

const [url, file, seconds, rate, connections] = process.argv.slice(2)
const bodies = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
let next = 0

const options = {
  url,
  connections: Number(connections),
  duration: Number(seconds),
  requests: [
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      setupRequest: (request) => ({ ...request, body: bodies[next++ % bodies.length] })
    }
  ]
}
if (Number(rate) > 0) options.overallRate = Number(rate)

autocannon(options, (error, result) => {
  if (error) {
    console.error(String(error))
    process.exit(1)
  }
  console.log(JSON.stringify({
    rate: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    sent: next,
    bodies: bodies.length,
    statuses: result.statusCodeStats,
    errors: result.errors + result.timeouts
  }))
})
