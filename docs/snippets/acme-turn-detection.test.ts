import { describeTurnDetector } from '@vision-agents/testkit';
import { TurnDetection } from './acme-turn-detection.ts';

describeTurnDetector({ create: () => new TurnDetection() });
