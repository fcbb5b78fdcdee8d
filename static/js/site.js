// The portal's scripts. Every page works without them; each module makes one thing nicer.
import { createAll } from 'govuk-frontend/dist/govuk/init.mjs'
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { PasswordInput } from 'govuk-frontend/dist/govuk/components/password-input/password-input.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'

import { copyButtons } from './copy.js'
import { crews } from './crew.js'
import { drafts } from './drafts.js'
import { menus } from './menus.js'
import { nearMe } from './near.js'
import { once } from './once.js'
import { places } from './places.js'
import { previews } from './previews.js'
import { queues } from './queue.js'
import { relativeTimes } from './times.js'
import { keepTyped } from './typed.js'
import { conditions } from './when.js'
import { own } from './words.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios]) {
  createAll(component)
}
for (const enhance of [crews, drafts, places, conditions, once, menus, previews, copyButtons, relativeTimes, queues, keepTyped, nearMe]) {
  enhance(document)
}

if (document.querySelector('[data-map]') && own.mapScript) {
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: own.mapStyle })
  sheet.addEventListener('load', () => import(own.mapScript))
  document.head.append(sheet)
}
