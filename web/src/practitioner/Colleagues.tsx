import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { type Api, type Colleague, type Session, sentenceOf } from "../api";
import { Button, CopyField, Dialog, Notice, Switch } from "../components";
import styles from "./colleagues.module.css";

interface ColleaguesProps {
  session: Session;
  api: Api;
  trigger: React.ReactElement;
}

/** Who else shares the session; its owner invites, lets in, puts out and hands over here. */
export function Colleagues({ session, api, trigger }: ColleaguesProps) {
  const { t } = useTranslation("practitioner");
  const [error, setError] = useState<unknown>(null);
  const isOwner = session.i_am === "owner";
  const colleagues = session.colleagues ?? [];
  const attempt = async (ask: Promise<unknown>) => {
    setError(null);
    await ask.catch(setError);
  };
  return (
    <Dialog title={t("colleagues.title")} trigger={trigger}>
      <div className={styles.stack}>
        {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
        <ul className={styles.people}>
          <li>
            <strong translate="no">{session.owner?.code}</strong>
            <span>{t(isOwner ? "colleagues.ownerYou" : "colleagues.owner")}</span>
          </li>
          {colleagues.map((colleague) => (
            <Person
              key={colleague.id}
              session={session}
              colleague={colleague}
              api={api}
              attempt={attempt}
            />
          ))}
        </ul>
        {isOwner ? (
          <Inviting session={session} api={api} attempt={attempt} />
        ) : (
          <Leaving session={session} api={api} attempt={attempt} />
        )}
      </div>
    </Dialog>
  );
}

type Attempt = (ask: Promise<unknown>) => Promise<void>;

interface PersonProps {
  session: Session;
  colleague: Colleague;
  api: Api;
  attempt: Attempt;
}

function Person({ session, colleague, api, attempt }: PersonProps) {
  const { t } = useTranslation("practitioner");
  const { id, code, state, controls, here } = colleague;
  const waits = state === "waiting";
  const does = t(controls ? "colleagues.controls" : "colleagues.observes");
  return (
    <li>
      <strong translate="no">{code}</strong>
      <span>{waits ? t("colleagues.waits") : does}</span>
      {here && <span>{t("colleagues.here")}</span>}
      {session.i_am === "owner" && (
        <span className={styles.actions}>
          {waits ? (
            <Button look="primary" onPress={() => void attempt(api.admitColleague(session.id, id))}>
              {t("colleagues.admit")}
            </Button>
          ) : (
            <>
              <Button onPress={() => void attempt(api.changeColleague(session.id, id, !controls))}>
                {t(controls ? "colleagues.takeControls" : "colleagues.giveControls")}
              </Button>
              <Button onPress={() => void attempt(api.handOver(session.id, id))}>
                {t("colleagues.handOver")}
              </Button>
            </>
          )}
          <Button onPress={() => void attempt(api.removeColleague(session.id, id))}>
            {t(waits ? "colleagues.refuse" : "colleagues.remove")}
          </Button>
        </span>
      )}
    </li>
  );
}

interface PartProps {
  session: Session;
  api: Api;
  attempt: Attempt;
}

function Inviting({ session, api, attempt }: PartProps) {
  const { t } = useTranslation("practitioner");
  const [controls, setControls] = useState(false);
  const [code, setCode] = useState("");
  const [link, setLink] = useState<string | null>(null);
  return (
    <section className={styles.stack} aria-labelledby="invite-colleague">
      <h3 id="invite-colleague">{t("colleagues.invite")}</h3>
      <Switch isSelected={controls} onChange={setControls}>
        {t("colleagues.withControls")}
      </Switch>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(api.share(session.id, code.trim(), controls).then(() => setCode("")));
        }}
      >
        <label>
          <span>{t("colleagues.code")}</span>
          <input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            placeholder="3f9a-12bc"
            autoComplete="off"
            spellCheck={false}
            required
          />
        </label>
        <Button type="submit">{t("colleagues.share")}</Button>
      </form>
      {link ? (
        <CopyField label={t("colleagues.link")} value={link} />
      ) : (
        <Button
          onPress={() =>
            void attempt(api.colleagueLink(session.id, controls).then((made) => setLink(made.link)))
          }
        >
          {t("colleagues.makeLink")}
        </Button>
      )}
    </section>
  );
}

function Leaving({ session, api, attempt }: PartProps) {
  const { t } = useTranslation("practitioner");
  const navigate = useNavigate();
  const leave = async () => {
    await api.leaveColleagues(session.id);
    await navigate("/practitioner");
  };
  return (
    <>
      <p>{t("colleagues.leaveText")}</p>
      <Button icon="leave" onPress={() => void attempt(leave())}>
        {t("colleagues.leave")}
      </Button>
    </>
  );
}
