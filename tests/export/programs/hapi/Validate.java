import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeSystem;

/** Prints one line for each thing that HAPI has to say of each bundle: severity, place, message. */
class Validate {
  public static void main(String[] paths) throws Exception {
    FhirContext context = FhirContext.forR4();
    for (String path : paths) {
      String content = Files.readString(Path.of(path));
      PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(context);
      IParser lenient = context.newJsonParser();
      lenient.setParserErrorHandler(new LenientErrorHandler().setErrorOnInvalidValue(false));
      Bundle bundle = lenient.parseResource(Bundle.class, content);
      for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
        if (entry.getResource() instanceof CodeSystem) {
          ours.addCodeSystem(entry.getResource());
        }
      }
      FhirInstanceValidator profiles =
          new FhirInstanceValidator(
              new ValidationSupportChain(
                  new DefaultProfileValidationSupport(context),
                  ours,
                  new CommonCodeSystemsTerminologyService(context),
                  new InMemoryTerminologyServerValidationSupport(context)));
      FhirValidator validator = context.newValidator();
      validator.registerValidatorModule(profiles);
      for (SingleValidationMessage said : validator.validateWithResult(content).getMessages()) {
        String message = said.getMessage().replace('\n', ' ');
        System.out.println(
            path + "\t" + said.getSeverity() + "\t" + said.getLocationString() + "\t" + message);
      }
    }
  }
}
